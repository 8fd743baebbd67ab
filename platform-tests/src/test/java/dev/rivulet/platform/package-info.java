/** The whole platform as a stranger meets it. */
@NullMarked
package dev.rivulet.platform;

import org.jspecify.annotations.NullMarked;
