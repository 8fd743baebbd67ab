// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.mlflow;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import dev.rivulet.registry.catalog.AliasName;
import dev.rivulet.registry.catalog.ModelName;
import dev.rivulet.registry.catalog.VersionName;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a client says that the files of a new version are. Only what this registry holds itself can be said; a source is a name in
 * its tables and is never opened, neither as a file nor as an address.
 */
public sealed interface Source {

    /** Where all that this registry gives away is, for MLflow's clients. */
    String SCHEME = "mlflow-artifacts:/";

    /** Files that were uploaded to a folder. */
    record Upload(String folder) implements Source {}

    /** Files of a version. */
    record OfVersion(ModelName model, VersionName version) implements Source {}

    /** Files of the version that an alias points to. */
    record OfAlias(ModelName model, AliasName alias) implements Source {}

    /**
     * Reads what a caller sent: the whole text must have one of the known forms, so that nothing in it is left to be understood
     * in another way.
     *
     * @throws ProblemException {@code invalid_value} at {@code source}
     */
    static Source parse(@Nullable String text) {
        String source = text == null ? "" : text;
        Matcher upload = Forms.UPLOAD.matcher(source);
        if (upload.matches()) {
            return new Upload(upload.group(1));
        }
        Matcher version = Forms.VERSION.matcher(source);
        if (version.matches()) {
            return new OfVersion(
                    ModelName.parse(version.group(1), "source"), VersionName.parse(version.group(2), "source"));
        }
        Matcher alias = Forms.ALIAS.matcher(source);
        if (alias.matches()) {
            return new OfAlias(ModelName.parse(alias.group(1), "source"), AliasName.parse(alias.group(2), "source"));
        }
        throw new ProblemException(Problem.at(
                ProblemCode.INVALID_VALUE,
                "source",
                "A source is " + SCHEME
                        + "uploads/<folder>, where the files were uploaded, or models:/<name>/<version> or"
                        + " models:/<name>@<alias> of this registry. No other address is ever opened."));
    }

    /** Where the files of a version are. */
    static String of(ModelName model, VersionName version) {
        return SCHEME + "models/" + model + "/" + version;
    }

    /** The forms of a source. */
    final class Forms {
        private static final String NAME = "([A-Za-z0-9][A-Za-z0-9._-]{0,62})";
        static final Pattern FOLDER = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,62}");
        private static final Pattern UPLOAD = Pattern.compile("mlflow-artifacts:/uploads/(" + FOLDER.pattern() + ")");
        private static final Pattern VERSION =
                Pattern.compile("(?:models:/|mlflow-artifacts:/models/)" + NAME + "/" + NAME);
        private static final Pattern ALIAS = Pattern.compile("models:/" + NAME + "@" + NAME);

        private Forms() {}
    }
}
