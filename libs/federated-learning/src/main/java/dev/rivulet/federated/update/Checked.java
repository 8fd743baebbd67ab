// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.update;

/**
 * What judging something from outside came to.
 *
 * @param <T> what was judged
 */
public sealed interface Checked<T> {

    /** It may be used. */
    record Accepted<T>(T value) implements Checked<T> {}

    /**
     * It may not.
     *
     * @param detail for people: what was found and what is taken
     */
    record Refused<T>(Reason reason, String detail) implements Checked<T> {}
}
