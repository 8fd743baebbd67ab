/** Tests of the replica as a whole. */
@NullMarked
package dev.rivulet.inference;

import org.jspecify.annotations.NullMarked;
