// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.audit;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the keys of audit logs lie, apart from the logs, which are in the database.
 *
 * @param keys folder of the signing key and of the secret that pseudonyms are made with
 */
@ConfigurationProperties("rivulet.federation.audit")
public record AuditSettings(
        @DefaultValue(".rivulet/data/federation/audit") Path keys) {}
