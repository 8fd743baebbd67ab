// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The door of Rivulet. */
@SpringBootApplication
public class GatewayApplication {

    /**
     * Threads that read and write: Netty's own setting, whose default is at least four. One for each core wakes less often for more
     * events; with four on two cores an event of a stream took a fifth more processor.
     */
    private static final String WORKERS = "reactor.netty.ioWorkerCount";

    public static void main(String[] arguments) {
        if (System.getProperty(WORKERS) == null) {
            System.setProperty(WORKERS, Integer.toString(Runtime.getRuntime().availableProcessors()));
        }
        SpringApplication.run(GatewayApplication.class, arguments);
    }
}
