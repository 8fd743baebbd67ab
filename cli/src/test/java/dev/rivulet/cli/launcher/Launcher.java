// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.launcher;

import dev.rivulet.cli.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs the shell launcher, or one of its functions, with an environment that holds nothing of this machine's Javas. */
final class Launcher {
    private static final List<String> TOOLS = List.of(
            "bash",
            "sh",
            "env",
            "sed",
            "head",
            "readlink",
            "dirname",
            "cat",
            "find",
            "xargs",
            "awk",
            "grep",
            "cksum",
            "sort",
            "tr",
            "mkdir",
            "rm",
            "mv",
            "cp",
            "touch");

    private final Path tools;
    private final Map<String, String> environment = new HashMap<>();

    /** What a run told. */
    record Told(int exit, String out, String err) {}

    Launcher(Path folder) throws IOException {
        tools = Files.createDirectories(folder.resolve("tools"));
        for (String tool : TOOLS) {
            for (String bin : List.of("/usr/bin", "/bin")) {
                if (Files.exists(Path.of(bin, tool)) && !Files.exists(tools.resolve(tool))) {
                    Files.createSymbolicLink(tools.resolve(tool), Path.of(bin, tool));
                }
            }
        }
        environment.put("PATH", tools.toString());
        environment.put("HOME", folder.toString());
        environment.put("RIVULET_JDK_FOLDERS", folder.resolve("no-jdks").toString());
    }

    Launcher with(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** Folder of the programs on the PATH. */
    Path tools() {
        return tools;
    }

    private static Path script() {
        return Checkout.path().resolve("rivulet");
    }

    /** Runs the launcher. */
    Told run(String... arguments) throws IOException, InterruptedException {
        return execute(script() + " " + String.join(" ", arguments));
    }

    /** Runs shell code that knows the launcher's functions. */
    Told call(String code) throws IOException, InterruptedException {
        return execute("RIVULET_SOURCE_ONLY=yes; . " + script() + "; " + code);
    }

    private Told execute(String code) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(tools.resolve("bash").toString(), "-c", code);
        builder.environment().clear();
        builder.environment().putAll(environment);
        Path out = Files.createTempFile(tools.getParent(), "out", "");
        Path err = Files.createTempFile(tools.getParent(), "err", "");
        Process process =
                builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException("The launcher did not end: " + Files.readString(err));
        }
        return new Told(process.exitValue(), Files.readString(out), Files.readString(err));
    }
}
