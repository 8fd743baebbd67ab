// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.backup;

import dev.rivulet.cli.Context;
import dev.rivulet.cli.home.Folders;
import dev.rivulet.cli.home.RivuletHome;
import dev.rivulet.cli.home.UsageException;
import dev.rivulet.cli.http.TransferProgress;
import dev.rivulet.cli.models.Said;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Copies everything that a stopped platform keeps. */
@Command(
        name = "backup",
        description = {
            "Copy everything that the stopped platform keeps into a new folder: events, databases, blobs, files, feedback,",
            "settings and secrets, each file with its digest. What is made anew by itself is left out: logs, programs, start-up",
            "caches, the replicas' copies of models. Whoever reads the folder has the keys: keep it as you keep them.",
            "",
            "  ./rivulet down && ./rivulet backup /mnt/backups/2026-11-27",
            ""
        })
public final class BackupCommand implements Callable<Integer> {
    /** What belongs to a backup, below the home. */
    static final List<String> KEPT = List.of(
            "data/kafka",
            "data/postgres",
            "data/artifacts",
            "data/federation",
            "data/files",
            "data/feedback",
            "config",
            "api-key",
            "internal-token",
            "database-password",
            "rivulet.properties");

    private final Context context;

    @Parameters(paramLabel = "FOLDER", description = "Where to; it must not be there yet.")
    private Path folder = Path.of("");

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    public BackupCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException {
        RivuletHome home = context.home();
        Path target = folder.toAbsolutePath().normalize();
        if (Files.exists(target)) {
            throw new UsageException(folder + " is there already, and is not written over. Name a new folder.");
        }
        if (target.startsWith(home.path())) {
            throw new UsageException(folder + " lies in the home that is to be copied. Name a folder elsewhere.");
        }
        if (!Files.isDirectory(home.data())) {
            throw new UsageException(home.path() + " holds no data. If yours is elsewhere, set RIVULET_HOME.");
        }
        try (StoppedHome _ = StoppedHome.of(home)) {
            tell(copied(home, target));
        }
        return 0;
    }

    /** What is not whole never has the name of a backup. */
    private Manifest copied(RivuletHome home, Path target) throws IOException {
        Path part = target.resolveSibling(target.getFileName() + ".part");
        if (Files.exists(part)) {
            Folders.delete(part);
        }
        Files.createDirectories(part);
        Copies.permit(part, "rwx------");
        TransferProgress progress = new TransferProgress(
                json ? context.err() : context.out(),
                !json && context.onTerminal(),
                "backup",
                bytes(home),
                System::nanoTime);
        Copies copies = new Copies(progress);
        List<Manifest.Entry> entries = new ArrayList<>();
        for (String kept : KEPT) {
            Path from = home.path().resolve(kept);
            if (Files.exists(from)) {
                Files.createDirectories(part.resolve(kept).resolveSibling(""));
                entries.addAll(copies.tree(home.path(), from, part));
            }
        }
        progress.end();
        String version = Optional.ofNullable(BackupCommand.class.getPackage().getImplementationVersion())
                .orElse("unpackaged");
        Manifest manifest = new Manifest(Manifest.FORMAT, version, Instant.now(), entries);
        manifest.write(part);
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        return manifest;
    }

    private static long bytes(RivuletHome home) throws IOException {
        long bytes = 0;
        for (String kept : KEPT) {
            Path from = home.path().resolve(kept);
            if (Files.exists(from)) {
                try (Stream<Path> files = Files.walk(from)) {
                    for (Path file : (Iterable<Path>) files::iterator) {
                        bytes += Files.isRegularFile(file) ? Files.size(file) : 0;
                    }
                }
            }
        }
        return bytes;
    }

    private void tell(Manifest manifest) {
        if (json) {
            Map<String, Object> told = new LinkedHashMap<>();
            told.put("folder", folder.toString());
            told.put("files", manifest.files());
            told.put("bytes", manifest.bytes());
            Said.line(context, told);
        } else {
            context.out()
                    .println("✓ " + manifest.files() + " files, " + (manifest.bytes() >> 20) + " MiB in " + folder
                            + "; `./rivulet restore " + folder + "` brings them back");
        }
    }
}
