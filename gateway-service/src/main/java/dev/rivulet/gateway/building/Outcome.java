// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.building;

/** What becomes of a command. */
public sealed interface Outcome {

    /** A sentence for people. */
    String text();

    record Done(String text) implements Outcome {}

    /**
     * It is done once somebody says the code.
     *
     * @param code six digits, good once and for two minutes
     */
    record ToConfirm(String code, String text) implements Outcome {}

    /** It can't be done. */
    record Refused(String text) implements Outcome {}
}
