// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.hub;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rivulet.registry.artifacts.Sha256;
import dev.rivulet.registry.catalog.ModelFile;
import dev.rivulet.registry.hub.Repositories.Snapshot;
import dev.rivulet.registry.hub.RepositoryView.LargeFile;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The files of a version as a tree of folders. */
final class Tree {

    private Tree() {}

    /** A file or a folder in the hub's JSON; {@code oid} of a folder tells it from others of this version. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Entry(
            String type,
            String oid,
            long size,
            String path,
            @Nullable LargeFile lfs) {}

    /**
     * What is below a folder, folders first.
     *
     * @param folder without a slash at its ends; empty for all
     * @param recursive whether the folders below are walked too
     */
    static List<Entry> list(Snapshot snapshot, String folder, boolean recursive) {
        String prefix = folder.isEmpty() ? "" : folder + "/";
        SortedSet<String> folders = new TreeSet<>();
        List<Entry> files = new ArrayList<>();
        for (ModelFile file : snapshot.version().files()) {
            if (!file.path().startsWith(prefix)) {
                continue;
            }
            int slash = file.path().indexOf('/', prefix.length());
            for (int at = slash; at >= 0; at = recursive ? file.path().indexOf('/', at + 1) : -1) {
                folders.add(file.path().substring(0, at));
            }
            if (recursive || slash < 0) {
                files.add(new Entry("file", file.sha256().hex(), file.size(), file.path(), LargeFile.of(file)));
            }
        }
        List<Entry> entries = new ArrayList<>();
        folders.forEach(path -> entries.add(new Entry("directory", oid(snapshot, path), 0, path, null)));
        entries.addAll(files);
        return entries;
    }

    private static String oid(Snapshot snapshot, String path) {
        return Sha256.of(snapshot.commit() + "/" + path).hex();
    }
}
