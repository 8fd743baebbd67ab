// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.doctor;

import static dev.rivulet.cli.doctor.Finding.bad;
import static dev.rivulet.cli.doctor.Finding.good;
import static dev.rivulet.cli.doctor.Finding.poor;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the facts of a machine mean for the platform. Pure: facts in, findings out. */
final class Diagnosis {
    /** All parts together took 2.07 GB ({@code benchmarks/startup}, docs/benchmarks.md); below this they do not fit. */
    static final long LEAST_MEMORY = 2_500L << 20;

    static final long COMFORTABLE_MEMORY = 4L << 30;

    /** Room for the database, the log of events, the built-in models and unpacked services. */
    static final long LEAST_DISK = 1L << 30;

    static final long COMFORTABLE_DISK = 5L << 30;
    static final long COMFORTABLE_FILES = 4_096;
    private static final int JAVA = 25;
    private static final double GIB = 1 << 30;
    private static final String JDK_PAGE = "https://adoptium.net/temurin/releases/?version=25";

    private Diagnosis() {}

    /** Every check in the order in which a start needs it. */
    static List<Finding> of(Machine machine) {
        List<Finding> findings = new ArrayList<>();
        findings.add(jdk(machine));
        findings.add(build(machine));
        findings.add(processors(machine));
        findings.add(vectors(machine));
        findings.add(memory(machine));
        findings.add(disk(machine));
        findings.add(files(machine));
        findings.add(home(machine));
        findings.add(database(machine));
        findings.addAll(ports(machine));
        findings.add(accelerator(machine));
        return List.copyOf(findings);
    }

    private static Finding jdk(Machine machine) {
        String found = "Java " + machine.java() + " at " + machine.javaHome();
        if (machine.java() == JAVA && machine.compiler()) {
            return good("JDK", found);
        }
        return bad(
                "JDK",
                found + (machine.compiler() ? "" : ", without a compiler"),
                "Unpack a JDK 25 from " + JDK_PAGE + " anywhere, and set RIVULET_JAVA_HOME to its folder.");
    }

    private static Finding build(Machine machine) {
        if (machine.built()) {
            return good("build", "every service is built");
        }
        return machine.maven()
                ? good("build", "not every service is built; the next `./rivulet up` builds what is missing")
                : bad(
                        "build",
                        "not every service is built, and there is no mvn on the PATH",
                        "Install Maven 3.8.7 or newer (Debian: apt-get install maven; macOS: brew install maven).");
    }

    private static Finding processors(Machine machine) {
        String found = machine.processors() + " processors (" + machine.architecture() + ")";
        return machine.processors() >= 2
                ? good("processors", found)
                : poor(
                        "processors",
                        found,
                        "Two are the least that was measured (docs/benchmarks.md); with one, give starts more time by"
                                + " RIVULET_START_TIMEOUT_SECONDS=600.");
    }

    private static Finding vectors(Machine machine) {
        if (machine.features().isEmpty()) {
            return good("CPU features", "not known on this system; ONNX Runtime chooses its kernels by itself");
        }
        List<String> fast = List.of("avx512_vnni", "avx_vnni", "avx512f", "avx2", "asimddp", "i8mm", "asimd").stream()
                .filter(machine.features()::contains)
                .toList();
        if (fast.contains("avx2") || fast.contains("asimd")) {
            return good("CPU features", String.join(", ", fast));
        }
        return poor(
                "CPU features",
                fast.isEmpty() ? "neither AVX2 nor ASIMD" : String.join(", ", fast),
                "Models run several times slower. In a virtual machine pass the host's processor through"
                        + " (QEMU: -cpu host).");
    }

    private static Finding memory(Machine machine) {
        String found = gib(machine.memory()) + " in all"
                + (machine.available() > 0 ? ", " + gib(machine.available()) + " to be had now" : "");
        if (machine.memory() < LEAST_MEMORY) {
            return bad(
                    "memory",
                    found,
                    "All parts take about 2.1 GB. Give the machine or container more, or start fewer:"
                            + " `./rivulet up --only kafka,postgres,config-server,model-registry,inference-service,gateway-service`.");
        }
        boolean tight = machine.running() == 0 && machine.available() > 0 && machine.available() < LEAST_MEMORY;
        if (tight || machine.memory() < COMFORTABLE_MEMORY) {
            return poor(
                    "memory",
                    found,
                    "All parts take about 2.1 GB, more with larger models. Stop what else runs, or set smaller heaps"
                            + " (`./rivulet up --help`).");
        }
        return good("memory", found);
    }

    private static Finding disk(Machine machine) {
        String found = gib(machine.disk()) + " free below " + machine.home();
        String mend = "Make room, or set RIVULET_HOME to a folder on another disk.";
        if (machine.disk() < LEAST_DISK) {
            return bad("disk", found, mend);
        }
        return machine.disk() < COMFORTABLE_DISK ? poor("disk", found, mend) : good("disk", found);
    }

    private static Finding files(Machine machine) {
        if (machine.files() == 0) {
            return good("open files", "the limit is not known on this system");
        }
        String found = "at most " + machine.files() + " for a process";
        return machine.files() >= COMFORTABLE_FILES
                ? good("open files", found)
                : poor("open files", found, "Raise it in the shell that starts the platform: ulimit -n 65536.");
    }

    private static Finding home(Machine machine) {
        return machine.homeProblem().isEmpty()
                ? good("home", machine.home())
                : bad(
                        "home",
                        machine.homeProblem(),
                        "Set RIVULET_HOME to a folder that you may write, or give this one to you (chown).");
    }

    private static Finding database(Machine machine) {
        return machine.databaseProblem().isEmpty()
                ? good("database", "PostgreSQL can run for this user")
                : bad("database", machine.databaseProblem(), "Run ./rivulet as an ordinary user.");
    }

    private static List<Finding> ports(Machine machine) {
        if (machine.portProblems().isEmpty()) {
            String found =
                    machine.running() == 0 ? "all free" : machine.running() + " parts run here; the others are free";
            return List.of(good("ports", found));
        }
        return machine.portProblems().stream()
                .map(problem -> {
                    int end = problem.indexOf(". ");
                    return end < 0
                            ? bad("ports", problem, "Stop who has it, or choose another port (`./rivulet up --help`).")
                            : bad("ports", problem.substring(0, end), problem.substring(end + 2));
                })
                .toList();
    }

    private static Finding accelerator(Machine machine) {
        return good(
                "GPU",
                machine.accelerators().isEmpty()
                        ? "none, and none is needed: models run on the processor"
                        : String.join(", ", machine.accelerators()) + "; not used: models run on the processor");
    }

    private static String gib(long bytes) {
        return String.format(Locale.ROOT, "%.1f GiB", bytes / GIB);
    }
}
