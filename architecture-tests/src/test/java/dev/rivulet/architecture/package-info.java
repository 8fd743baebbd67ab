/** Rules across rooms. */
@NullMarked
package dev.rivulet.architecture;

import org.jspecify.annotations.NullMarked;
