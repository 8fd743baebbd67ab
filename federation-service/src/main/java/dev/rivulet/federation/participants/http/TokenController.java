// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.participants.http;

import dev.rivulet.federation.participants.Participants;
import dev.rivulet.federation.participants.ParticipantsSettings;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Tokens by which devices enrol, for operators. */
@RestController
class TokenController {

    private static final Duration LONGEST = Duration.ofDays(366);

    private final Participants participants;
    private final ParticipantsSettings settings;

    TokenController(Participants participants, ParticipantsSettings settings) {
        this.participants = participants;
        this.settings = settings;
    }

    /**
     * What is asked for.
     *
     * @param uses devices that may enrol by it; 1 unless given
     * @param life how long; a day unless given
     */
    record Ask(@Nullable Integer uses, @Nullable Duration life) {}

    /** Told once. */
    record Token(String token, int uses, Duration life) {}

    @PostMapping("/api/federations/{federation}/tokens")
    ResponseEntity<Token> create(@PathVariable String federation, @RequestBody Ask body) {
        int uses = body.uses() == null ? 1 : body.uses();
        Duration life = body.life() == null ? Duration.ofDays(1) : body.life();
        if (uses < 1 || uses > settings.mostTokenUses()) {
            throw invalid("uses", "A token has 1 to " + settings.mostTokenUses() + " uses.");
        }
        if (!life.isPositive() || life.compareTo(LONGEST) > 0) {
            throw invalid("life", "A token lives at most " + LONGEST.toDays() + " days.");
        }
        String token = participants
                .token(federation, uses, life)
                .orElseThrow(() -> new ProblemException(
                        Problem.at(ProblemCode.NOT_FOUND, "federation", "There is no such federation.")));
        return ResponseEntity.status(201).cacheControl(CacheControl.noStore()).body(new Token(token, uses, life));
    }

    private static ProblemException invalid(String param, String message) {
        return new ProblemException(Problem.at(ProblemCode.INVALID_VALUE, param, message));
    }
}
