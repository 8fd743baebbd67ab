// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.grammar;

/** A schema or an expression that is malformed, not supported or beyond its budget. Fit to show to the caller. */
public final class GrammarRefusedException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String path;

    /**
     * @param path of the part at fault, within the schema, such as {@code properties.name}; empty for the whole
     * @param message what about it, such as {@code is not supported}
     */
    public GrammarRefusedException(String path, String message) {
        super(message);
        this.path = path;
    }

    public String path() {
        return path;
    }
}
