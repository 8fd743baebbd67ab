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
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Brings a backup back into a home that holds nothing. */
@Command(
        name = "restore",
        description = {
            "Bring a backup back into a home that holds no data yet. Every file is checked by its digest before the first is",
            "written; what is there is not written over.",
            "",
            "  RIVULET_HOME=/srv/rivulet ./rivulet restore /mnt/backups/2026-11-27",
            "  ./rivulet restore /mnt/backups/2026-11-27 --check     # is it whole? writes nothing",
            ""
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:Everything is back; with --check: the backup is whole.",
            "1:It could not be done; the message says what to mend.",
            "2:The command was written wrongly.",
            "3:The backup is damaged; nothing was written."
        })
public final class RestoreCommand implements Callable<Integer> {
    static final int DAMAGED = 3;

    private final Context context;

    @Parameters(paramLabel = "FOLDER", description = "A folder that `backup` made.")
    private Path folder = Path.of("");

    @Option(names = "--check", description = "Check the backup alone.")
    private boolean check;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    public RestoreCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException {
        Manifest manifest = Manifest.read(folder);
        RivuletHome home = context.home();
        if (!check) {
            requireEmpty(home);
        }
        String damage = damage(manifest);
        if (!damage.isEmpty()) {
            context.err().println("✗ The backup is damaged: " + damage + ". Nothing was written; take another backup.");
            return DAMAGED;
        }
        if (!check) {
            try (StoppedHome _ = StoppedHome.of(home)) {
                requireEmpty(home);
                write(manifest, home);
            }
        }
        tell(manifest, home);
        return 0;
    }

    private static void requireEmpty(RivuletHome home) {
        for (String kept : BackupCommand.KEPT) {
            Path there = home.path().resolve(kept);
            if (Files.exists(there)) {
                throw new UsageException(there + " is there already, and is not written over. Move " + home.path()
                        + " away, or set RIVULET_HOME to a folder that holds nothing.");
            }
        }
    }

    private String damage(Manifest manifest) throws IOException {
        TransferProgress progress = progress("check", manifest);
        Copies copies = new Copies(progress);
        for (Manifest.Entry entry : manifest.entries()) {
            Path path = folder.resolve(entry.path());
            if (entry.folder() ? !Files.isDirectory(path) : !Files.isRegularFile(path)) {
                return entry.path() + " is missing";
            }
            if (!entry.folder() && Files.size(path) != entry.size()) {
                return entry.path() + " has " + Files.size(path) + " bytes, not " + entry.size();
            }
            if (!entry.folder() && !copies.digest(path).equals(entry.sha256())) {
                return entry.path() + " has other bytes than were written";
            }
        }
        progress.end();
        return "";
    }

    /** Beside the home first, so that an end at any point leaves no half of a restored file under its name. */
    private void write(Manifest manifest, RivuletHome home) throws IOException {
        Path fresh = home.path().resolve("restore.part");
        if (Files.exists(fresh)) {
            Folders.delete(fresh);
        }
        Files.createDirectories(fresh);
        Copies.permit(fresh, "rwx------");
        TransferProgress progress = progress("restore", manifest);
        Copies copies = new Copies(progress);
        for (Manifest.Entry entry : manifest.entries()) {
            Path target = fresh.resolve(entry.path());
            if (entry.folder()) {
                Files.createDirectories(target);
                continue;
            }
            Files.createDirectories(target.resolveSibling(""));
            if (!copies.copy(folder.resolve(entry.path()), target).equals(entry.sha256())) {
                throw new UsageException(entry.path() + " changed while it was read. Do it again.");
            }
        }
        for (Manifest.Entry entry : manifest.entries().reversed()) {
            Copies.permit(fresh.resolve(entry.path()), entry.permissions());
        }
        for (String kept : BackupCommand.KEPT) {
            if (Files.exists(fresh.resolve(kept))) {
                Files.move(fresh.resolve(kept), home.path().resolve(kept), StandardCopyOption.ATOMIC_MOVE);
            }
        }
        Folders.delete(fresh);
        progress.end();
    }

    private TransferProgress progress(String what, Manifest manifest) {
        return new TransferProgress(
                json ? context.err() : context.out(),
                !json && context.onTerminal(),
                what,
                manifest.bytes(),
                System::nanoTime);
    }

    private void tell(Manifest manifest, RivuletHome home) {
        if (json) {
            Map<String, Object> told = new LinkedHashMap<>();
            told.put("restored", !check);
            told.put("home", home.path().toString());
            told.put("files", manifest.files());
            told.put("bytes", manifest.bytes());
            told.put("made", manifest.made().toString());
            Said.line(context, told);
        } else if (check) {
            context.out().println("✓ " + folder + " is whole: " + manifest.files() + " files of " + manifest.made());
        } else {
            context.out()
                    .println("✓ " + manifest.files() + " files of " + manifest.made() + " are in " + home.path()
                            + "; `./rivulet up` starts it");
        }
    }
}
