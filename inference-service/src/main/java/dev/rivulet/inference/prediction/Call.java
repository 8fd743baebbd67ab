// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.prediction;

import dev.rivulet.engine.Encoding;
import dev.rivulet.inference.encoding.EncoderCapability;
import dev.rivulet.inference.encoding.ServingEncoder;
import dev.rivulet.inference.pictures.PictureAsk;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.util.List;

/** One request for a stateless model. */
interface Call {

    String model();

    EncoderCapability capability();

    /** The rows to compute. @throws ProblemException if one can't be */
    List<Encoding> rows(ServingEncoder model);

    /** Pictures to compute beside the rows; most calls have none. */
    default List<PictureAsk> pictures() {
        return List.of();
    }

    /** The values of the rows and those of the pictures, in the order of the request. */
    default List<float[]> together(List<float[]> values, List<float[]> pictures) {
        return values;
    }

    /** The body of the answer. @param values of each row */
    Object answer(ServingEncoder model, List<Encoding> rows, List<float[]> values);

    /** Tokens of all rows. */
    static int tokens(List<Encoding> rows) {
        return rows.stream().mapToInt(Encoding::length).sum();
    }

    /** Refuses a row that the model can't hold. */
    static Encoding fitting(Encoding row, ServingEncoder model, String param) {
        int context = model.facts().contextLength();
        if (row.length() > context) {
            throw new ProblemException(Problem.at(
                    ProblemCode.CONTEXT_LENGTH_EXCEEDED,
                    param,
                    "'" + param + "' has " + row.length() + " tokens, but model '"
                            + model.version().model() + "' reads at most " + context + ". Shorten it."));
        }
        return row;
    }
}
