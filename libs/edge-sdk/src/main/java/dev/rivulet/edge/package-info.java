// SPDX-License-Identifier: Apache-2.0
/** A device of a federation: enrols, says that it is there, waits for work, trains, and uploads what it learnt. */
@NullMarked
package dev.rivulet.edge;

import org.jspecify.annotations.NullMarked;
