// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.platform;

import dev.rivulet.cli.Context;
import dev.rivulet.cli.home.Part;
import dev.rivulet.cli.home.RivuletHome;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** Lists every part with state, address and process. */
@Command(
        name = "status",
        description = "List every part with its state, URL and process id. Exit code 0 only if all are up.")
public final class StatusCommand implements Callable<Integer> {
    private final Context context;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    public StatusCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        List<PartStatus> parts = PartStatus.of(wanted(context.home()), context.home());
        boolean up = parts.stream().allMatch(part -> part.state() == PartStatus.State.UP);
        if (json) {
            context.out()
                    .println(new JsonMapper()
                            .writeValueAsString(new Report(context.home().path().toString(), up, parts)));
        } else {
            print(parts, context.out());
        }
        return up ? 0 : 1;
    }

    /** What {@code --json} prints. */
    record Report(String home, boolean up, List<PartStatus> parts) {}

    private static List<Part> wanted(RivuletHome home) {
        try (Stream<String> lines = Files.lines(UpCommand.wantedFile(home))) {
            return lines.map(Part::named).flatMap(Optional::stream).toList();
        } catch (IOException | java.io.UncheckedIOException e) {
            return Stream.of(Part.values())
                    .filter(part -> Launches.exists(home, part))
                    .toList();
        }
    }

    private static void print(List<PartStatus> parts, PrintStream out) {
        String row = "%-18s %-9s %-30s %8s %10s %9s%n";
        out.printf(Locale.ROOT, row, "PART", "STATE", "URL", "PID", "UPTIME", "RESTARTS");
        for (PartStatus part : parts) {
            out.printf(
                    Locale.ROOT,
                    row,
                    part.name(),
                    part.state().name().toLowerCase(Locale.ROOT),
                    Objects.requireNonNullElse(part.url(), "-"),
                    part.pid() == null ? "-" : part.pid(),
                    part.uptimeSeconds() == null ? "-" : time(part.uptimeSeconds()),
                    part.restarts());
        }
    }

    private static String time(long seconds) {
        Duration time = Duration.ofSeconds(seconds);
        return time.toHours() > 0
                ? time.toHours() + "h " + time.toMinutesPart() + "m"
                : time.toMinutes() + "m " + time.toSecondsPart() + "s";
    }
}
