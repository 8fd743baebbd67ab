// SPDX-License-Identifier: Apache-2.0
/** Many edges, one model: a federation of devices that train without giving their data away. */
@NullMarked
package dev.rivulet.federation;

import org.jspecify.annotations.NullMarked;
