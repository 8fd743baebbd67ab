// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.platform;

/** Asks a part whether it is ready to work; answers within a few seconds. */
@FunctionalInterface
interface Probe {
    boolean ready() throws InterruptedException;
}
