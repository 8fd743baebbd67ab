// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.edge;

import java.security.KeyPair;

/**
 * Who a device is after it has enrolled; to be kept where nobody else reads it.
 *
 * @param device id that the federation gave it
 * @param federation that it belongs to
 * @param keys Ed25519
 */
public record Identity(String device, String federation, KeyPair keys) {

    /** Says who, and no key. */
    @Override
    public String toString() {
        return "Identity[" + device + " in " + federation + "]";
    }
}
