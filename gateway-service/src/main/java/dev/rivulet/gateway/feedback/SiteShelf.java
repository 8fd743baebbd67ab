// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.feedback;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Words of feedback in files of this machine, one each, in a folder for each key: what is deleted is gone. Neither keys nor requests
 * are names of files as they are. Blocking; thread-safe; one gateway to a folder.
 */
final class SiteShelf {

    private static final String ENDING = ".json";
    private static final String FRESH = ".part";
    private static final int TIME_DIGITS = 16;

    private final FeedbackProperties.Site limits;
    private final JsonMapper json;
    private final Clock clock;

    SiteShelf(FeedbackProperties.Site limits, JsonMapper json, Clock clock) {
        this.limits = limits;
        this.json = json;
        this.clock = clock;
    }

    /**
     * Words in the order in which they came.
     *
     * @param next what to go on after; null if there is nothing more
     */
    record Page(List<KeptWords> words, @Nullable String next) {}

    /** Whether words are kept at all. */
    boolean isOpen() {
        return limits.folder() != null;
    }

    /**
     * Keeps words; those about the same answer take the place of the ones before.
     *
     * @throws ProblemException if words are kept nowhere, or this key has as many as it may
     */
    synchronized void keep(String caller, KeptWords words) {
        requireOpen();
        List<String> names = names(caller);
        String of = "-" + hex(words.requestId()) + ENDING;
        List<String> before = names.stream().filter(name -> name.endsWith(of)).toList();
        if (before.isEmpty() && names.size() >= limits.most()) {
            throw new ProblemException(Problem.at(
                    ProblemCode.REQUEST_TOO_LARGE,
                    Words.CONSENT,
                    "This key's site keeps the words of " + limits.most()
                            + " answers already. Delete some: DELETE /v1/feedback/words."));
        }
        String name = before.isEmpty() ? HexFormat.of().toHexDigits(clock.millis()) + of : before.getFirst();
        write(folder(caller).resolve(name), json.writeValueAsBytes(words));
    }

    /** @param after {@link Page#next} of the page before; empty for the first */
    synchronized Page page(String caller, String after, int most) {
        requireOpen();
        List<String> names = names(caller).stream()
                .filter(name -> name.compareTo(after) > 0)
                .limit(most + 1L)
                .toList();
        List<String> shown = names.subList(0, Math.min(most, names.size()));
        List<KeptWords> words = new ArrayList<>();
        shown.forEach(name -> read(folder(caller).resolve(name)).forEach(words::add));
        return new Page(words, names.size() > most ? shown.getLast() : null);
    }

    /** @return how many were deleted: 1, or 0 if there were none */
    synchronized int forget(String caller, String request) {
        requireOpen();
        String of = "-" + hex(request) + ENDING;
        return delete(caller, name -> name.endsWith(of));
    }

    /** Deletes all that is of somebody. @return how many */
    synchronized int forgetAll(String caller, String subject) {
        requireOpen();
        return delete(
                caller,
                name -> read(folder(caller).resolve(name)).stream()
                        .anyMatch(words -> words.subject().equals(subject)));
    }

    private int delete(String caller, Predicate<String> which) {
        List<String> gone = names(caller).stream().filter(which).toList();
        gone.forEach(name -> remove(folder(caller).resolve(name)));
        return gone.size();
    }

    private void requireOpen() {
        if (!isOpen()) {
            throw new ProblemException(Problem.at(
                    ProblemCode.UNSUPPORTED_PARAMETER,
                    Words.CONSENT,
                    "This gateway keeps no words: whoever runs it sets rivulet.feedback.site.folder if it shall."));
        }
    }

    /** In order of time; those that are older than they may be are deleted. */
    private List<String> names(String caller) {
        String oldest =
                HexFormat.of().toHexDigits(clock.instant().minus(limits.keep()).toEpochMilli());
        try (Stream<Path> all = Files.list(folder(caller))) {
            List<String> names = all.map(path -> path.getFileName().toString())
                    .filter(name -> name.endsWith(ENDING) && name.length() > TIME_DIGITS)
                    .sorted()
                    .toList();
            names.stream()
                    .takeWhile(name -> name.compareTo(oldest) < 0)
                    .forEach(name -> remove(folder(caller).resolve(name)));
            return names.stream().dropWhile(name -> name.compareTo(oldest) < 0).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<KeptWords> read(Path file) {
        try {
            return List.of(json.readValue(Files.readAllBytes(file), KeptWords.class));
        } catch (IOException | JacksonException e) {
            return List.of();
        }
    }

    private static void write(Path file, byte[] bytes) {
        Path fresh = file.resolveSibling(file.getFileName() + FRESH);
        try {
            Files.write(fresh, bytes);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path folder(String caller) {
        Path root = java.util.Objects.requireNonNull(limits.folder());
        try {
            return Files.createDirectories(root.resolve(hex(caller)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }
}
