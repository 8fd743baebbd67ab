// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.platform;

import dev.rivulet.cli.Context;
import dev.rivulet.cli.home.Part;
import dev.rivulet.cli.home.UsageException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows the log of a part. */
@Command(name = "logs", description = "Show the end of a part's log.")
public final class LogsCommand implements Callable<Integer> {
    private static final int BUFFER = 1 << 14;

    private final Context context;

    @Parameters(paramLabel = "PART", description = "For instance gateway-service, or gateway for short.")
    private String part = "";

    @Option(
            names = {"-f", "--follow"},
            description = "Go on as the log grows, until Ctrl-C.")
    private boolean follow;

    @Option(
            names = {"-n", "--lines"},
            paramLabel = "N",
            defaultValue = "50",
            description = "How many lines of the end (default 50).")
    private int lines;

    public LogsCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Part wanted = Part.named(part)
                .orElseThrow(() -> new UsageException(
                        "There is no part " + part + ". Parts are " + String.join(", ", Part.ids()) + "."));
        Path log = context.home().log(wanted);
        if (!Files.exists(log)) {
            throw new UsageException(wanted.id() + " has no log yet: " + log + " is missing.");
        }
        long end = Files.size(log);
        LogFile.tail(log, Math.clamp(lines, 0, 10_000)).forEach(context.out()::println);
        if (follow) {
            follow(log, end);
        }
        return 0;
    }

    private void follow(Path log, long from) throws IOException, InterruptedException {
        byte[] buffer = new byte[BUFFER];
        long position = from;
        while (!context.out().checkError()) {
            if (Files.exists(log) && Files.size(log) != position) {
                position = Files.size(log) < position ? 0 : position;
                try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
                    file.seek(position);
                    int read = file.read(buffer);
                    context.out().write(buffer, 0, Math.max(0, read));
                    context.out().flush();
                    position += Math.max(0, read);
                }
            } else {
                TimeUnit.MILLISECONDS.sleep(200);
            }
        }
    }
}
