// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine;

/** A model folder that is malformed, hostile or not supported. The message names the file, the fault and what is accepted. */
public final class ModelRejectedException extends Exception {

    private static final long serialVersionUID = 1L;

    public ModelRejectedException(String message) {
        super(message);
    }

    public ModelRejectedException(String message, Throwable cause) {
        super(message, cause);
    }
}
