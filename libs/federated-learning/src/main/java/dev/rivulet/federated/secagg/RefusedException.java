// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.secagg;

/** A message is not in order; the one who reads it turns this into a refusal. */
final class RefusedException extends Exception {

    private static final long serialVersionUID = 1L;

    RefusedException(String reason) {
        super(reason);
    }

    static void require(boolean condition, String otherwise) throws RefusedException {
        if (!condition) {
            throw new RefusedException(otherwise);
        }
    }
}
