// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.agent;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * Looks at the machine that the agent runs on.
 *
 * @param supplies Linux's folder of power supplies; a system without it counts as plugged in
 */
record ThisMachine(Path supplies) implements Supplier<IdlePolicy.Machine> {

    ThisMachine() {
        this(Path.of("/sys/class/power_supply"));
    }

    @Override
    public IdlePolicy.Machine get() {
        return new IdlePolicy.Machine(
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
                Runtime.getRuntime().availableProcessors(),
                plugged());
    }

    private boolean plugged() {
        if (!Files.isDirectory(supplies)) {
            return true;
        }
        try (DirectoryStream<Path> all = Files.newDirectoryStream(supplies)) {
            for (Path one : all) {
                Path status = one.resolve("status");
                if (Files.isReadable(status) && Files.readString(status).strip().equals("Discharging")) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            return true;
        }
    }
}
