// SPDX-License-Identifier: Apache-2.0
/** Rules across rooms. */
@NullMarked
package dev.rivulet.architecture;

import org.jspecify.annotations.NullMarked;
