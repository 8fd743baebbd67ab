// SPDX-License-Identifier: Apache-2.0
/** Job graphs: stages declared with their inputs, deadlines and fallbacks, checked as a whole, and run as soon as each can. */
@NullMarked
package dev.rivulet.graph;

import org.jspecify.annotations.NullMarked;
