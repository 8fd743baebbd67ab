// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.doctor;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import dev.rivulet.cli.Context;
import dev.rivulet.cli.home.Part;
import dev.rivulet.cli.home.PartRecord;
import dev.rivulet.cli.home.RivuletHome;
import dev.rivulet.cli.home.Settings;
import dev.rivulet.cli.platform.WantedPorts;
import dev.rivulet.cli.postgres.PostgresServer;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Looks at the machine that this runs on. Starts nothing but a probe of who may run a database, and changes nothing. */
final class Survey {
    private static final int MOST_DEVICES = 64;

    private Survey() {}

    static Machine of(Context context) throws InterruptedException {
        RivuletHome home = context.home();
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        Path javaHome = Path.of(System.getProperty("java.home"));
        return new Machine(
                Runtime.version().feature(),
                javaHome.toString(),
                Files.isExecutable(javaHome.resolve("bin/javac")),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.arch"),
                features(),
                system.getTotalMemorySize(),
                available(),
                existing(home.path()).toFile().getUsableSpace(),
                system instanceof UnixOperatingSystemMXBean unix ? unix.getMaxFileDescriptorCount() : 0,
                accelerators(),
                home.path().toString(),
                homeProblem(home.path()),
                WantedPorts.problems(home, Settings.of(home, context.environment())),
                (int) Stream.of(Part.values()).filter(part -> runs(home, part)).count(),
                PostgresServer.problem(),
                onPath(context.environment().getOrDefault("PATH", ""), "mvn"),
                built(home));
    }

    static boolean runs(RivuletHome home, Part part) {
        return PartRecord.read(home, part.id()).flatMap(PartRecord::process).isPresent();
    }

    private static Set<String> features() {
        return lines(Path.of("/proc/cpuinfo"))
                .filter(line -> line.startsWith("flags") || line.startsWith("Features"))
                .findFirst()
                .map(line -> Arrays.stream(
                                line.substring(line.indexOf(':') + 1).strip().split("\\s+"))
                        .collect(Collectors.toSet()))
                .orElse(Set.of());
    }

    /** What Linux says that programs can have without swapping; 0 elsewhere. */
    private static long available() {
        return lines(Path.of("/proc/meminfo"))
                .filter(line -> line.startsWith("MemAvailable:"))
                .findFirst()
                .map(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
                .orElse(0L);
    }

    private static List<String> accelerators() {
        try (Stream<Path> cards = Files.exists(Path.of("/proc/driver/nvidia/gpus"))
                ? Files.list(Path.of("/proc/driver/nvidia/gpus"))
                : Stream.empty()) {
            return cards.limit(MOST_DEVICES)
                    .map(card -> lines(card.resolve("information"))
                            .filter(line -> line.startsWith("Model:"))
                            .findFirst()
                            .map(line -> line.substring("Model:".length()).strip())
                            .orElse("an NVIDIA GPU"))
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.isReadable(file) ? Files.readAllLines(file).stream() : Stream.empty();
        } catch (IOException e) {
            return Stream.empty();
        }
    }

    private static String homeProblem(Path home) {
        Path there = existing(home);
        if (!Files.isDirectory(there)) {
            return there + " is no folder";
        }
        return Files.isWritable(there) ? "" : there + " may not be written by " + System.getProperty("user.name");
    }

    /** The folder, or the nearest one above it that there is. */
    private static Path existing(Path folder) {
        Path there = folder.toAbsolutePath();
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        return there;
    }

    private static boolean onPath(String path, String program) {
        return Stream.of(path.split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    private static boolean built(RivuletHome home) {
        return Stream.of(Part.values())
                .filter(part -> part.kind() == Part.Kind.SERVICE)
                .allMatch(part -> Files.exists(home.checkout().resolve(part.id() + "/target/" + part.id() + ".jar")));
    }
}
