// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.catalog.http;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import dev.rivulet.registry.artifacts.Sha256;
import dev.rivulet.registry.catalog.ModelFile;
import dev.rivulet.registry.catalog.NewVersion;
import dev.rivulet.registry.catalog.VersionName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON bodies of requests, before they are checked. */
final class Requests {

    private static final int MAX_DESCRIPTION = 4096;
    private static final int MAX_LISTED = 10_000;

    private Requests() {}

    /** {@code POST /api/models}. */
    record CreateModel(
            @Nullable String name,
            @Nullable String task,
            @Nullable String description) {

        String checkedDescription() {
            String text = description == null ? "" : description;
            if (text.length() > MAX_DESCRIPTION || text.indexOf(0) >= 0) {
                throw problem(
                        ProblemCode.INVALID_VALUE,
                        "description",
                        "A description has at most " + MAX_DESCRIPTION + " characters, none of them NUL.");
            }
            return text;
        }
    }

    /** {@code PUT /api/models/{model}/aliases/{alias}}. */
    record PutAlias(@Nullable String version) {}

    /** A file of {@link RegisterVersion}. */
    record FileBody(
            @Nullable String path,
            @Nullable String sha256,
            @Nullable Long size) {}

    /** {@code POST /api/models/{model}/versions}. */
    record RegisterVersion(
            @Nullable String version,
            @Nullable List<@Nullable FileBody> files,
            @Nullable Map<String, @Nullable String> tags) {

        NewVersion checked() {
            VersionName name = VersionName.parse(version, "version");
            if (files == null) {
                throw problem(ProblemCode.MISSING_PARAMETER, "files", "Give the files of the version.");
            }
            if (files.size() > MAX_LISTED) {
                throw problem(ProblemCode.INVALID_VALUE, "files", "These are too many files.");
            }
            List<ModelFile> checked = new ArrayList<>();
            for (int i = 0; i < files.size(); i++) {
                checked.add(file(files.get(i), "files[" + i + "]"));
            }
            return new NewVersion(name, checked, checkedTags());
        }

        private Map<String, String> checkedTags() {
            Map<String, String> checked = new LinkedHashMap<>();
            (tags == null ? Map.<String, @Nullable String>of() : tags).forEach((key, value) -> {
                if (value == null) {
                    throw problem(ProblemCode.INVALID_VALUE, "tags." + key, "A tag has a value.");
                }
                checked.put(key, value);
            });
            return checked;
        }
    }

    private static ModelFile file(@Nullable FileBody file, String param) {
        if (file == null) {
            throw problem(ProblemCode.INVALID_VALUE, param, "A file is an object.");
        }
        Long size = file.size();
        if (size == null || size < 0) {
            throw problem(
                    size == null ? ProblemCode.MISSING_PARAMETER : ProblemCode.INVALID_VALUE,
                    param + ".size",
                    "Give the size of the file in bytes.");
        }
        return new ModelFile(
                ModelFile.checkedPath(file.path(), param + ".path"),
                Sha256.parse(file.sha256(), param + ".sha256"),
                size);
    }

    /** The revision of an {@code If-Match} header; null if any will do. */
    static @Nullable Long expectedRevision(@Nullable String ifMatch) {
        if (ifMatch == null || ifMatch.equals("*")) {
            return null;
        }
        try {
            return Long.valueOf(ifMatch.replace("\"", "").strip());
        } catch (NumberFormatException e) {
            throw problem(
                    ProblemCode.INVALID_VALUE,
                    "If-Match",
                    "If-Match carries the revision of the model, such as \"3\".");
        }
    }

    static ProblemException problem(ProblemCode code, String param, String message) {
        return new ProblemException(Problem.at(code, param, message));
    }
}
