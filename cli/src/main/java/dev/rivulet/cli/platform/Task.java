// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.platform;

/** One step of a start or a stop. */
@FunctionalInterface
interface Task {
    void run() throws Exception;
}
