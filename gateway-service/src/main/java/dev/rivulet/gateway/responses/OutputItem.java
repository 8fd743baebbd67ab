// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.responses;

import tools.jackson.databind.node.ObjectNode;

/** One item of an output while it is written. Used by one thread at a time. */
sealed interface OutputItem permits OutputMessage, OutputCall {

    /** The item as it is now. */
    ObjectNode now(String status);

    /**
     * Tells that nothing more is written to it; once.
     *
     * @param status {@code completed} or {@code incomplete}
     */
    void close(String status);
}
