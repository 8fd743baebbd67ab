// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.replica;

import jakarta.validation.constraints.NotBlank;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Who this replica is.
 *
 * @param id unique among replicas
 * @param url where gateways reach it
 * @param device what it computes on
 * @param period between two reports
 * @param drainTimeout how long requests may go on after a stop was asked for
 */
@Validated
@ConfigurationProperties("rivulet.replica")
record ReplicaProperties(
        @NotBlank String id,
        @NotBlank String url,
        @DefaultValue("cpu") String device,
        @DefaultValue("1s") Duration period,
        @DefaultValue("20s") Duration drainTimeout) {}
