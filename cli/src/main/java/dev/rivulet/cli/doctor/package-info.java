// SPDX-License-Identifier: Apache-2.0
/** {@code rivulet doctor}: whether this machine can run the platform, and how to mend what is in the way. */
@NullMarked
package dev.rivulet.cli.doctor;

import org.jspecify.annotations.NullMarked;
