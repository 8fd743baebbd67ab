// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.attestation.http;

import com.google.protobuf.ByteString;
import dev.rivulet.devices.ProtocolHeaders;
import dev.rivulet.devices.v1.Challenge;
import dev.rivulet.federation.attestation.Attestations;
import dev.rivulet.federation.attestation.Challenges;
import dev.rivulet.federation.attestation.Requirement;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Operators say what devices must show; devices ask for what they are to answer to. */
@RestController
class AttestationController {

    private static final String PATH = "/api/federations/{name}/attestation";

    private final Attestations attestations;
    private final Challenges challenges;

    AttestationController(Attestations attestations, Challenges challenges) {
        this.attestations = attestations;
        this.challenges = challenges;
    }

    @GetMapping("/federation/v1/challenge")
    ResponseEntity<byte[]> challenge() {
        Challenge challenge = Challenge.newBuilder()
                .setChallenge(ByteString.copyFrom(challenges.next()))
                .setLifeMs((int) Challenges.LIFE.toMillis())
                .build();
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noStore())
                .contentType(MediaType.parseMediaType(ProtocolHeaders.PROTOBUF))
                .body(challenge.toByteArray());
    }

    @GetMapping(PATH)
    Requirement get(@PathVariable String name) {
        return attestations
                .requirement(name)
                .orElseThrow(() -> notFound("The federation wants nothing of devices but a token, or is not there."));
    }

    /** Holds for devices that enrol from now on. */
    @PutMapping(PATH)
    Requirement put(@PathVariable String name, @RequestBody Requirement requirement) {
        if (!attestations.require(name, requirement)) {
            throw notFound("There is no such federation.");
        }
        return requirement;
    }

    @DeleteMapping(PATH)
    ResponseEntity<Void> delete(@PathVariable String name) {
        if (!attestations.require(name, null)) {
            throw notFound("There is no such federation.");
        }
        return ResponseEntity.noContent().build();
    }

    private static ProblemException notFound(String message) {
        return new ProblemException(Problem.at(ProblemCode.NOT_FOUND, "name", message));
    }
}
