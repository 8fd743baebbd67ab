// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.config.publication;

import dev.rivulet.config.encryption.SecretText;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import dev.rivulet.settings.catalogue.LiveSettingsCatalogue;
import dev.rivulet.settings.catalogue.Verdict;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionOperations;

/** Publishes: checks every value against the catalogue, stores all or nothing as the next revision. */
final class Publisher {

    /** Keys of one site. */
    private static final int MOST_KEYS = 1_000;

    private final LiveSettingsCatalogue catalogue;
    private final PublishedStore store;
    private final SecretText secrets;
    private final TransactionOperations transactions;
    private final Clock clock;

    Publisher(
            LiveSettingsCatalogue catalogue,
            PublishedStore store,
            SecretText secrets,
            TransactionOperations transactions,
            Clock clock) {
        this.catalogue = catalogue;
        this.store = store;
        this.secrets = secrets;
        this.transactions = transactions;
        this.clock = clock;
    }

    /**
     * @return the new revision, or an empty one with the number of the current where nothing changes
     * @throws ProblemException if a value is refused, or somebody published in between
     */
    Revision publish(Site site, String author, Publication publication) {
        check(site, publication);
        Map<String, Stored> set = new TreeMap<>();
        publication.set().forEach((key, value) -> set.put(key, new Stored(value, false)));
        publication.secrets().forEach((key, value) -> set.put(key, encrypted(key, value)));
        return change(site, author, publication.revision(), null, current -> {
            Map<String, Stored> next = new TreeMap<>(current);
            publication.remove().forEach(next::remove);
            next.putAll(set);
            return next;
        });
    }

    /** The values of an earlier revision as a new one; 0 takes everything back. They must be good by today's catalogue. */
    Revision rollback(Site site, String author, long seen, long to) {
        return change(site, author, seen, to, _ -> {
            Map<String, Stored> then = valuesAt(site, to);
            then.forEach((key, stored) -> check(site, key, stored.secret() ? decrypted(stored) : stored.value()));
            return then;
        });
    }

    Map<String, Stored> valuesAt(Site site, long revision) {
        if (revision < 0 || revision > store.head(site)) {
            throw problem(
                    ProblemCode.NOT_FOUND,
                    "revision",
                    "There is no revision " + revision + "; there are 0 (nothing) to " + store.head(site) + ".");
        }
        return store.valuesAt(site, revision);
    }

    private Revision change(
            Site site, String author, long seen, @Nullable Long restored, UnaryOperator<Map<String, Stored>> edit) {
        return Objects.requireNonNull(transactions.execute(_ -> {
            long head = store.lock(site);
            if (head != seen) {
                throw problem(
                        ProblemCode.CONFLICT,
                        "revision",
                        "The newest revision is " + head + ", not " + seen
                                + ": read it, see whether your change still fits, " + "and send it with revision "
                                + head + ".");
            }
            Map<String, Stored> current = store.values(site);
            Map<String, Stored> next = edit.apply(current);
            if (next.size() > MOST_KEYS) {
                throw problem(ProblemCode.INVALID_VALUE, "set", "A site holds at most " + MOST_KEYS + " keys.");
            }
            List<Change> changes = Change.between(current, next);
            Revision revision = new Revision(
                    changes.isEmpty() ? head : head + 1,
                    author,
                    restored,
                    clock.instant().truncatedTo(ChronoUnit.MILLIS),
                    changes);
            if (!changes.isEmpty()) {
                store.add(site, revision);
            }
            return revision;
        }));
    }

    private void check(Site site, Publication publication) {
        if (publication.size() == 0 || publication.size() > Publication.MOST) {
            throw problem(
                    ProblemCode.INVALID_VALUE,
                    "set",
                    "A publication sets or removes 1 to " + Publication.MOST + " keys by set, secrets and remove.");
        }
        if (publication.ambiguous()) {
            throw problem(
                    ProblemCode.INVALID_VALUE, "set", "A key is named more than once in set, secrets and remove.");
        }
        publication.set().forEach((key, value) -> check(site, key, value));
        publication.secrets().forEach((key, value) -> check(site, key, value));
    }

    private void check(Site site, String key, @Nullable String value) {
        if (value == null) {
            throw problem(
                    ProblemCode.INVALID_VALUE, key, "A value can't be null; name the key in remove to take it back.");
        }
        if (catalogue.check(site.application(), key, value) instanceof Verdict.Refused(String reason)) {
            throw problem(ProblemCode.INVALID_VALUE, key, reason);
        }
    }

    private Stored encrypted(String key, String value) {
        if (!secrets.ready()) {
            throw problem(
                    ProblemCode.INVALID_VALUE,
                    key,
                    "config-server has no key to encrypt a secret with: start it with RIVULET_CONFIG_KEY or "
                            + "RIVULET_CONFIG_KEY_FILE, for example the output of `openssl rand -hex 32`.");
        }
        return new Stored(SecretText.MARK + secrets.encrypt(value), true);
    }

    private String decrypted(Stored stored) {
        try {
            return secrets.decrypt(stored.value().substring(SecretText.MARK.length()));
        } catch (RuntimeException _) {
            throw problem(
                    ProblemCode.CONFLICT,
                    "to",
                    "A secret of that revision was encrypted with another key than this server has: publish it again.");
        }
    }

    private static ProblemException problem(ProblemCode code, String param, String message) {
        return new ProblemException(Problem.at(code, param, message));
    }
}
