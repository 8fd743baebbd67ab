// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.feedback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.problems.ProblemException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class SiteShelfTest {

    private static final Instant NOW = Instant.parse("2026-11-27T10:00:00Z");

    @TempDir
    Path folder;

    @Test
    void wordsComeBackInTheirOrderPageByPageAndTheSameAnswersWordsReplaceEachOther() {
        SiteShelf shelf = shelf(NOW, 10);
        shelf.keep("site", words("a", "ada", "first"));
        shelf.keep("site", words("b", "ben", "second"));
        shelf.keep("site", words("a", "ada", "first, mended"));

        SiteShelf.Page page = shelf.page("site", "", 1);
        assertThat(page.words()).extracting(KeptWords::correction).containsExactly("first, mended");
        SiteShelf.Page last = shelf.page("site", String.valueOf(page.next()), 5);
        assertThat(last.words()).extracting(KeptWords::correction).containsExactly("second");
        assertThat(last.next()).isNull();
        assertThat(shelf.page("another", "", 5).words()).isEmpty();
    }

    @Test
    void whatIsForgottenIsGoneByAnswerOrBySubject() {
        SiteShelf shelf = shelf(NOW, 10);
        shelf.keep("site", words("a", "ada", "1"));
        shelf.keep("site", words("b", "ada", "2"));
        shelf.keep("site", words("c", "ben", "3"));
        assertThat(shelf.forgetAll("site", "ada")).isEqualTo(2);
        assertThat(shelf.forget("site", "c")).isEqualTo(1);
        assertThat(shelf.forget("site", "c")).isZero();
        assertThat(shelf.page("site", "", 5).words()).isEmpty();
    }

    @Test
    void aFullShelfRefusesMoreAndOldWordsMakeRoom() {
        shelf(NOW.minus(Duration.ofDays(91)), 2).keep("site", words("old", "ada", "1"));
        SiteShelf shelf = shelf(NOW, 2);
        shelf.keep("site", words("a", "ada", "2"));
        shelf.keep("site", words("b", "ada", "3"));
        assertThatThrownBy(() -> shelf.keep("site", words("c", "ada", "4")))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("2 answers already");
        assertThat(shelf.page("site", "", 5).words())
                .extracting(KeptWords::requestId)
                .containsExactly("a", "b");
    }

    @Test
    void withoutAFolderNoWordsAreKept() {
        SiteShelf shelf = new SiteShelf(
                new FeedbackProperties.Site(null, 1, Duration.ofDays(1)), JsonMapper.shared(), Clock.systemUTC());
        assertThatThrownBy(() -> shelf.keep("site", words("a", "ada", "1")))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("keeps no words");
    }

    private SiteShelf shelf(Instant now, int most) {
        return new SiteShelf(
                new FeedbackProperties.Site(folder, most, Duration.ofDays(90)),
                JsonMapper.shared(),
                Clock.fixed(now, ZoneOffset.UTC));
    }

    private static KeptWords words(String request, String subject, String correction) {
        return new KeptWords(
                request,
                "m",
                "1",
                0,
                0,
                subject,
                List.of(),
                List.of(new Words.Message("user", "hello")),
                "hi",
                correction);
    }
}
