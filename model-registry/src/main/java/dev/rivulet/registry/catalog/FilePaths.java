// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.catalog;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which paths the files of a version may have: such that any reader on any system can write them below a folder without
 * leaving it, overwriting another or running anything.
 */
final class FilePaths {

    private static final int MAX_LENGTH = 255;
    private static final int MAX_DEPTH = 8;
    private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._+@=-]*");
    private static final Pattern RESERVED =
            Pattern.compile("(con|prn|aux|nul|com[0-9]|lpt[0-9])(\\..*)?", Pattern.CASE_INSENSITIVE);
    private static final Set<String> PICKLES =
            Set.of("bin", "pt", "pth", "pkl", "pickle", "ckpt", "joblib", "dill", "npy", "npz", "h5", "keras");

    private FilePaths() {}

    /**
     * Checks one path.
     *
     * @throws ProblemException naming {@code param}
     */
    static String checked(@Nullable String path, String param) {
        if (path == null) {
            throw problem(ProblemCode.MISSING_PARAMETER, param, "Give the path of the file.");
        }
        if (path.isEmpty() || path.length() > MAX_LENGTH) {
            throw problem(ProblemCode.INVALID_VALUE, param, "A path has 1 to " + MAX_LENGTH + " characters.");
        }
        List<String> segments = List.of(path.split("/", -1));
        if (segments.size() > MAX_DEPTH) {
            throw problem(ProblemCode.INVALID_VALUE, param, "A path has at most " + MAX_DEPTH + " segments.");
        }
        for (String segment : segments) {
            checkSegment(segment, param);
        }
        checkFormat(path, param);
        return path;
    }

    private static void checkSegment(String segment, String param) {
        if (!SEGMENT.matcher(segment).matches()
                || segment.endsWith(".")
                || RESERVED.matcher(segment).matches()) {
            throw problem(
                    ProblemCode.INVALID_VALUE,
                    param,
                    "A path is relative, with forward slashes; each segment begins with a letter, a digit or _ and goes on"
                            + " with these or one of . _ + @ = -, has no dot at its end and is no device name.");
        }
    }

    private static void checkFormat(String path, String param) {
        String extension = path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        if (PICKLES.contains(extension)) {
            throw problem(
                    ProblemCode.INVALID_VALUE,
                    param,
                    "Files ." + extension + " may hold pickled objects, which run code where they are loaded, and are"
                            + " refused. Convert the weights to .safetensors, .gguf or .onnx.");
        }
    }

    /**
     * Checks the paths of a version together: none twice, none that differs from another in case alone, none that is a folder
     * of another.
     */
    static void checkTogether(List<String> paths) {
        Map<String, Integer> seen = new HashMap<>();
        for (int i = 0; i < paths.size(); i++) {
            Integer other = seen.putIfAbsent(paths.get(i).toLowerCase(Locale.ROOT), i);
            if (other != null) {
                throw problem(
                        ProblemCode.INVALID_VALUE,
                        "files[" + i + "].path",
                        "This is the path of files[" + other + "], or differs from it in case alone.");
            }
        }
        for (int i = 0; i < paths.size(); i++) {
            checkFolders(paths.get(i).toLowerCase(Locale.ROOT), i, seen);
        }
    }

    private static void checkFolders(String path, int index, Map<String, Integer> seen) {
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            Integer other = seen.get(path.substring(0, slash));
            if (other != null) {
                throw problem(
                        ProblemCode.INVALID_VALUE,
                        "files[" + index + "].path",
                        "A folder of this path is the file files[" + other + "].");
            }
        }
    }

    private static ProblemException problem(ProblemCode code, String param, String message) {
        return new ProblemException(Problem.at(code, param, message));
    }
}
