// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.benchmarks.gateway;

import java.io.IOException;

/** What is asked for more than it can do. */
interface Overloaded extends AutoCloseable {

    /** Its base address, with {@code /v1}. */
    String url();

    int port();

    /** Whether it is told whose a request is. */
    boolean knowsKeys();

    @Override
    void close() throws IOException, InterruptedException;
}
