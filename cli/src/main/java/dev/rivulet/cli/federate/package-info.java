/** Checks what a federation wrote down about itself. */
@NullMarked
package dev.rivulet.cli.federate;

import org.jspecify.annotations.NullMarked;
