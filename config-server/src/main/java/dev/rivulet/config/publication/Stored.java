// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.config.publication;

/**
 * A value as it is stored.
 *
 * @param value of a secret its ciphertext, marked <code>{cipher}</code>
 */
record Stored(String value, boolean secret) {

    private static final String MASK = "******";

    /** What people may see of it. */
    String shown() {
        return secret ? MASK : value;
    }

    @Override
    public String toString() {
        return shown();
    }
}
