package dev.rivulet.gateway.exchange;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.util.MultiValueMap;

/**
 * Which page of a list is asked for, as OpenAI's clients do it.
 *
 * @param after the id of the last entry of the page before; {@code null} for the first page
 * @param limit most entries
 */
public record PageOf(@Nullable String after, int limit) {

    private static final int USUAL = 20;

    /** @throws ProblemException if {@code limit} is not 1 to {@code most} */
    public static PageOf of(MultiValueMap<String, String> query, int most) {
        String limit = query.getFirst("limit");
        if (limit == null) {
            return new PageOf(query.getFirst("after"), Math.min(USUAL, most));
        }
        if (!limit.matches("[1-9][0-9]{0,5}") || Integer.parseInt(limit) > most) {
            throw new ProblemException(
                    Problem.at(ProblemCode.INVALID_VALUE, "limit", "'limit' must be 1 to " + most + "."));
        }
        return new PageOf(query.getFirst("after"), Integer.parseInt(limit));
    }

    /**
     * The entries of the page.
     *
     * @throws ProblemException if {@code after} is none of them
     */
    public <T> List<T> cut(List<T> all, Function<T, String> id) {
        int begin = 0;
        if (after != null) {
            begin = all.stream().map(id).toList().indexOf(after) + 1;
            if (begin == 0) {
                throw new ProblemException(
                        Problem.at(ProblemCode.INVALID_VALUE, "after", "'after' names no entry of this list."));
            }
        }
        return all.subList(begin, Math.min(all.size(), begin + limit));
    }
}
