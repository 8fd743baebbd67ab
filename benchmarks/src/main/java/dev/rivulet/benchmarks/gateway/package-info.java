// SPDX-License-Identifier: Apache-2.0
/** What a gateway adds to an upstream of known pace: Rivulet's beside others' on the same work. */
@NullMarked
package dev.rivulet.benchmarks.gateway;

import org.jspecify.annotations.NullMarked;
