// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.identity;

import dev.rivulet.problems.Problem;

/** The outcome of looking at a key. */
public sealed interface Authentication {

    /** The key is known. */
    record Known(Caller caller) implements Authentication {}

    /** There is no key, or nobody's. */
    record Refused(Problem problem) implements Authentication {}
}
