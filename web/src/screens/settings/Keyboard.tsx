import { KeyboardList } from '~/app/HelpDialog';
import { setPreference, usePreferences } from '~/app/preferences';
import { ProblemNotice } from '~/app/problem-text';
import { saveMe } from '~/app/session';
import { useT } from '~/app/words';
import { Checkbox } from '~/ui/Field';
import { useSave } from '~/ui/use-save';

export function Keyboard() {
  const t = useT();
  const { singleKeys } = usePreferences();
  const { error, save } = useSave();
  return (
    <>
      <Checkbox
        label={t('settings.letter_keys')}
        help={t('settings.letter_keys_help')}
        checked={singleKeys}
        onChange={(event) => {
          const on = event.target.checked;
          setPreference('singleKeys', on);
          save(() => saveMe({ letter_keys: on }));
        }}
      />
      {error != null && <ProblemNotice error={error} />}
      <KeyboardList />
    </>
  );
}
