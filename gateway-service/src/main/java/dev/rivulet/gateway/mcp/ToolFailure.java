// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.mcp;

/** A tool can't do what it was asked; the message says why, and how to mend it. */
final class ToolFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ToolFailure(String message) {
        super(message, null, false, false);
    }
}
