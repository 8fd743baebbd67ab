// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.hub;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * What a repository holds at one commit. Everything in it comes from elsewhere: names that lead out of a folder and sizes that can't
 * be are refused as a whole, since nobody writes them by mistake.
 *
 * @param commit 40 hexadecimal digits; what a branch or tag pointed to when it was asked for
 * @param files in the order of the hub
 */
public record HubListing(String commit, List<HubFile> files) {
    private static final int MOST_FILES = 10_000;
    private static final int LONGEST_NAME = 1_024;
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    public HubListing {
        files = List.copyOf(files);
    }

    /** Reads the answer to {@code /api/models/ORG/NAME/revision/REV?blobs=true}. */
    static HubListing parse(String where, JsonNode json) {
        String commit = json.path("sha").asString("");
        JsonNode listed = json.path("siblings");
        if (!COMMIT.matcher(commit).matches() || !listed.isArray()) {
            throw new HubException(where + ": the hub's answer names no commit or no files; is it a model hub?");
        }
        if (listed.size() > MOST_FILES) {
            throw new HubException(where + ": lists " + listed.size() + " files; at most " + MOST_FILES + " are read.");
        }
        List<HubFile> files = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (JsonNode entry : listed) {
            HubFile file = file(where, entry);
            if (!seen.add(file.path())) {
                throw new HubException(where + ": lists " + file.path() + " twice.");
            }
            files.add(file);
        }
        return new HubListing(commit, files);
    }

    /** The file of a name. */
    public Optional<HubFile> file(String path) {
        return files.stream().filter(file -> file.path().equals(path)).findFirst();
    }

    private static HubFile file(String where, JsonNode entry) {
        String path = entry.path("rfilename").asString("");
        if (!staysInside(path)) {
            String shown = path.substring(0, Math.min(100, path.length())).replaceAll("\\p{C}", "?");
            throw new HubException(where + ": lists the file \"" + shown + "\", which would lie outside the model's"
                    + " folder; nothing of this repository is taken.");
        }
        JsonNode large = entry.path("lfs");
        long size = (large.isObject() ? large : entry).path("size").asLong(-1);
        String sha256 = large.path("sha256").asString("");
        if (size < 0 || !sha256.isEmpty() && !SHA256.matcher(sha256).matches()) {
            throw new HubException(where + ": the hub gives no sound size or digest of " + path + ".");
        }
        String oid = large.isObject() ? "" : entry.path("blobId").asString("");
        return new HubFile(path, size, sha256, COMMIT.matcher(oid).matches() ? oid : "");
    }

    private static boolean staysInside(String path) {
        if (path.isEmpty() || path.length() > LONGEST_NAME || path.indexOf('\\') >= 0 || path.indexOf(':') == 1) {
            return false;
        }
        for (String part : path.split("/", -1)) {
            if (part.isEmpty() || part.equals(".") || part.equals("..")) {
                return false;
            }
        }
        return path.chars().noneMatch(Character::isISOControl);
    }
}
