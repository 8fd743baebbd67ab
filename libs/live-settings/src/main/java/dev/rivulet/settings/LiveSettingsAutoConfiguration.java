// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.settings;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.validation.beanvalidation.LocalValidatorFactoryBean;

/** Gives a service its {@link SettingsBinder}. */
@AutoConfiguration
public class LiveSettingsAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    static SettingsBinder settingsBinder(
            Environment environment, ObjectProvider<LocalValidatorFactoryBean> validators) {
        return new SettingsBinder(environment, validators.getIfAvailable(LiveSettingsAutoConfiguration::validator));
    }

    private static LocalValidatorFactoryBean validator() {
        LocalValidatorFactoryBean validator = new LocalValidatorFactoryBean();
        validator.afterPropertiesSet();
        return validator;
    }
}
