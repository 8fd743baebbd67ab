// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.config.publication;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.config.encryption.SecretText;
import dev.rivulet.settings.catalogue.LiveSettingsCatalogue;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;
import org.springframework.transaction.support.TransactionOperations;

/** What is refused before the database is asked; the rest is shown on a real one. */
class PublisherTest {

    private static final Site SITE = new Site("model-registry", "default");
    private static final String KEY = "rivulet.catalog.max-tags";

    private final Publisher publisher = new Publisher(
            LiveSettingsCatalogue.ofRivulet(),
            new PublishedStore(JdbcClient.create(new SimpleDriverDataSource())),
            new SecretText(Optional.empty()),
            TransactionOperations.withoutTransaction(),
            Clock.systemUTC());

    @Test
    void a_secret_without_a_key_is_refused_with_what_to_set() {
        refuses(new Publication(0, Map.of(), Map.of(KEY, "7"), List.of()), "RIVULET_CONFIG_KEY_FILE");
    }

    @Test
    void a_publication_of_nothing_or_of_too_much_is_refused() {
        Map<String, String> many = new HashMap<>();
        for (int i = 0; i <= Publication.MOST; i++) {
            many.put("logging.level.a" + i, "info");
        }
        refuses(new Publication(0, Map.of(), Map.of(), List.of()), "1 to 200 keys");
        refuses(new Publication(0, many, Map.of(), List.of()), "1 to 200 keys");
    }

    @Test
    void a_key_that_is_set_and_removed_is_refused() {
        refuses(new Publication(0, Map.of(KEY, "7"), Map.of(), List.of(KEY)), "named more than once");
    }

    private void refuses(Publication publication, String reason) {
        assertThatThrownBy(() -> publisher.publish(SITE, "ada", publication)).hasMessageContaining(reason);
    }
}
