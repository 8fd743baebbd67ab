// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds.http;

import dev.rivulet.devices.ProtocolHeaders;
import dev.rivulet.devices.RefusalCode;
import dev.rivulet.devices.v1.Evaluated;
import dev.rivulet.devices.v1.EvaluatedAnswer;
import dev.rivulet.federation.edge.RefusedException;
import dev.rivulet.federation.evaluation.Answer;
import dev.rivulet.federation.evaluation.Measure;
import dev.rivulet.federation.participants.Device;
import dev.rivulet.federation.participants.DeviceCall;
import dev.rivulet.federation.rounds.Federations;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Devices say how well a version does on their own data; operators read what all of them said. */
@RestController
class EvaluationController {

    private final Federations federations;
    private final Clock clock;

    EvaluationController(Federations federations, Clock clock) {
        this.federations = federations;
        this.clock = clock;
    }

    @PostMapping("/federation/v1/versions/{version}/evaluation")
    ResponseEntity<byte[]> evaluated(@PathVariable String version, DeviceCall call) {
        Device device = call.participant();
        Evaluated said = call.message(Evaluated.parser());
        long number = number(version);
        if (said.getReason().isEmpty()) {
            federations.measured(device, answer(device, number, said));
        } else if (WorkController.REASONS.contains(said.getReason())) {
            federations.notMeasured(device, number);
        } else {
            throw new RefusedException(RefusalCode.MALFORMED, "the reason is one of " + WorkController.REASONS);
        }
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noStore())
                .contentType(MediaType.parseMediaType(ProtocolHeaders.PROTOBUF))
                .body(EvaluatedAnswer.getDefaultInstance().toByteArray());
    }

    /** Nobody counts for more than the examples that one update may have. */
    private Answer answer(Device device, long version, Evaluated said) {
        double most =
                federations.standing(device).federation().settings().limits().mostWeight();
        try {
            return new Answer(
                    version,
                    device.id().toString(),
                    Math.min(most, said.getExamples()),
                    said.getLoss(),
                    said.hasAccuracy() ? said.getAccuracy() : null,
                    clock.instant());
        } catch (IllegalArgumentException e) {
            throw new RefusedException(RefusalCode.MALFORMED, String.valueOf(e.getMessage()));
        }
    }

    private static long number(String version) {
        try {
            return Long.parseLong(version);
        } catch (NumberFormatException e) {
            throw new RefusedException(RefusalCode.MALFORMED, "a version is a number");
        }
    }

    /**
     * What devices said.
     *
     * @param best the version with the lowest loss of those that as many devices measured as were wanted; null if there is none
     * @param versions the newest first, at most a hundred
     */
    record Evaluations(@Nullable Long best, List<Measure> versions) {}

    @GetMapping("/api/federations/{name}/evaluations")
    Evaluations evaluations(@PathVariable String name) {
        var standing = federations
                .standing(name)
                .orElseThrow(() -> new ProblemException(
                        Problem.at(ProblemCode.NOT_FOUND, "name", "There is no such federation.")));
        var wanted = standing.federation().settings().evaluation();
        List<Measure> measures = federations.measures(name);
        Long best = measures.stream()
                .filter(measure -> wanted == null || measure.devices() >= wanted.devices())
                .min(Comparator.comparingDouble(Measure::loss))
                .map(Measure::version)
                .orElse(null);
        return new Evaluations(best, measures);
    }
}
