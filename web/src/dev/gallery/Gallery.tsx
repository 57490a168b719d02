import { type ReactNode, useState } from 'react';
import { Problem } from '~/api/problem';
import { KeyboardList } from '~/app/HelpDialog';
import { ProblemNotice } from '~/app/problem-text';
import { useT } from '~/app/words';
import { Button } from '~/ui/Button';
import { CopyButton } from '~/ui/CopyButton';
import { Confirm, Dialog } from '~/ui/Dialog';
import { Drawer, Facts, Section } from '~/ui/Drawer';
import { Empty } from '~/ui/Empty';
import { Checkbox, RadioGroup, SecretField, TextArea, TextField } from '~/ui/Field';
import { MarkedText } from '~/ui/MarkedText';
import { Menu, MenuChoice, MenuItem, MenuLine } from '~/ui/Menu';
import { Notice } from '~/ui/Notice';
import { Palette } from '~/ui/Palette';
import { Qr } from '~/ui/Qr';
import { ReasonCard } from '~/ui/ReasonCard';
import { SelectField } from '~/ui/Select';
import { SeverityTag, severities } from '~/ui/Severity';
import { Skeleton } from '~/ui/Skeleton';
import { Sparkline } from '~/ui/Sparkline';
import { Tabs } from '~/ui/Tabs';
import { Chip, Tag } from '~/ui/Tag';
import { Money, StaleClock, Time } from '~/ui/Time';
import { toast } from '~/ui/Toast';
import { clean, message, scam, spans, unreadable } from './samples';
import { TableSample } from './TableSample';

function Part({ name, children }: { name: string; children: ReactNode }) {
  return (
    <section aria-label={name} className="grid gap-3 border-b py-4">
      <h2 className="font-mono font-semibold text-muted">{name}</h2>
      {children}
    </section>
  );
}

const Row = ({ children }: { children: ReactNode }) => (
  <div className="flex flex-wrap items-start gap-3">{children}</div>
);

/** Every part in every state. What is shown here is invented. */
export function Gallery() {
  const t = useT();
  const [open, setOpen] = useState<'dialog' | 'confirm' | 'drawer' | 'palette' | null>(null);
  const [tab, setTab] = useState('unpaid');
  const [choice, setChoice] = useState<'a' | 'b'>('a');
  const [query, setQuery] = useState('');
  const shut = () => setOpen(null);
  const now = Date.now();
  const ago = (ms: number) => new Date(now - ms).toISOString();
  return (
    <main className="mx-auto max-w-5xl px-4 pb-24">
      <h1 className="py-4 font-semibold text-page">ui</h1>
      <Part name="Button">
        <Row>
          <Button kind="primary">{t('ui.save')}</Button>
          <Button>{t('ui.cancel')}</Button>
          <Button kind="quiet">{t('ui.back')}</Button>
          <Button kind="danger">{t('ui.delete')}</Button>
          <Button busy>{t('ui.save')}</Button>
          <Button kind="primary" offBecause={t('shell.offline_off')}>
            {t('ui.save')}
          </Button>
          <CopyButton text="copied" />
        </Row>
      </Part>
      <Part name="Severity, Tag, Chip">
        <Row>
          {severities.map((severity) => (
            <SeverityTag
              key={severity}
              severity={severity}
              text={severity === 'info' ? t('ui.severity_info') : undefined}
            />
          ))}
          <Tag>TikTok Shop TH</Tag>
          <Chip text="Shopee" onRemove={() => {}} />
        </Row>
      </Part>
      <Part name="Field">
        <div className="grid gap-4 tab:grid-cols-2">
          <TextField label={t('shell.stores')} help={t('ui.palette_hint')} />
          <TextField label={t('shell.stores')} error={t('problems.invalid_input')} defaultValue="x" />
          <TextField label={t('shell.stores')} readOnly defaultValue="7495" />
          <SecretField label={t('shell.step_up_code')} defaultValue="secret" />
          <SelectField label={t('shell.theme')} options={[{ value: 'a', label: t('shell.theme_system') }]} />
          <TextArea label={t('ui.drop_file')} defaultValue={message} />
          <Checkbox label={t('ui.all')} help={t('keys.hint')} defaultChecked />
          <RadioGroup
            label={t('shell.theme')}
            value={choice}
            onChange={setChoice}
            options={[
              { value: 'a', label: t('shell.theme_light') },
              { value: 'b', label: t('shell.theme_dark'), help: t('ui.palette_hint') },
            ]}
          />
        </div>
      </Part>
      <Part name="Notice">
        {severities.map((severity) => (
          <Notice
            key={severity}
            severity={severity}
            title={t('shell.offline')}
            action={<Button>{t('ui.retry')}</Button>}
          >
            {severity === 'critical' && t('problems.client.unknown')}
          </Notice>
        ))}
        <ProblemNotice
          error={new Problem({ code: 'rate_limited', status: 429, retry_after_s: 40, request_id: 'req_7f3a' })}
          title={t('shell.no_server')}
          onRetry={() => {}}
        />
      </Part>
      <Part name="Empty">
        <Empty title={t('shell.not_found_title')} action={<Button kind="primary">{t('shell.do_connect')}</Button>}>
          {t('shell.not_found_text')}
        </Empty>
        <Empty good title={t('ui.severity_ok')} />
      </Part>
      <Part name="Skeleton">
        <Skeleton rows={4} />
      </Part>
      <Part name="StaleClock, Time, Money, Sparkline, Qr">
        <Row>
          <StaleClock at={ago(40_000)} staleAfterMs={900_000} />
          <StaleClock at={ago(3 * 3_600_000)} staleAfterMs={900_000} />
          <StaleClock at={null} staleAfterMs={900_000} />
          <Time at={ago(86_400_000)} zone="Asia/Bangkok" />
          <Time at={ago(86_400_000)} relative />
          <Money amount={{ minor: 1_250_000, currency: 'VND', decimals: 0 }} />
          <Money amount={{ minor: 2099, currency: 'MYR', decimals: 2 }} />
          <Sparkline values={[3, 8, 5, 9, 0, 4, 7]} label="3, 8, 5, 9, 0, 4, 7" />
          <Qr rows={['1110', '1010', '0111', '1001']} label="QR" />
        </Row>
      </Part>
      <Part name="Tabs">
        <Tabs
          label={t('shell.orders')}
          value={tab}
          onChange={setTab}
          tabs={[
            { value: 'unpaid', label: t('shell.orders'), count: 212 },
            { value: 'all', label: t('ui.all') },
          ]}
        >
          <p>{tab}</p>
        </Tabs>
      </Part>
      <Part name="ReasonCard">
        <ReasonCard verdict={scam} onFalseAlarm={() => {}} />
        <ReasonCard verdict={clean} />
        <ReasonCard verdict={unreadable} />
      </Part>
      <Part name="MarkedText">
        <MarkedText text={message} spans={spans} />
      </Part>
      <Part name="DataTable">
        <TableSample />
      </Part>
      <Part name="Keyboard list">
        <KeyboardList />
      </Part>
      <Part name="Dialog, Drawer, Palette, Menu, Toast">
        <Row>
          <Button onClick={() => setOpen('dialog')}>Dialog</Button>
          <Button onClick={() => setOpen('confirm')}>Confirm</Button>
          <Button onClick={() => setOpen('drawer')}>Drawer</Button>
          <Button onClick={() => setOpen('palette')}>Palette</Button>
          <Button onClick={() => toast(t('ui.saved'), () => {})}>Toast</Button>
          <Menu trigger={<Button>Menu</Button>}>
            <MenuItem onSelect={() => {}}>{t('shell.keyboard')}</MenuItem>
            <MenuLine />
            <MenuChoice
              value="light"
              options={[{ value: 'light', label: t('shell.theme_light') }]}
              onChange={() => {}}
            />
          </Menu>
        </Row>
        <Dialog
          open={open === 'dialog'}
          onClose={shut}
          title={t('shell.step_up_title')}
          description={t('shell.step_up_text')}
        >
          <TextField label={t('shell.step_up_code')} />
        </Dialog>
        <Confirm
          open={open === 'confirm'}
          onClose={shut}
          title={t('shell.demo_confirm_title')}
          description={t('shell.demo_confirm')}
          action={t('shell.demo_leave')}
          onConfirm={shut}
        />
        <Drawer
          open={open === 'drawer'}
          onClose={shut}
          title="579000000021"
          subtitle="Store 08"
          footer={<Button>{t('ui.done')}</Button>}
        >
          <Section title={t('reasons.details')}>
            <Facts rows={[['Platform', 'TikTok Shop']]} />
          </Section>
        </Drawer>
        <Palette
          open={open === 'palette'}
          onClose={shut}
          query={query}
          onQuery={setQuery}
          items={[{ id: 'o', group: t('shell.palette_screen'), label: t('shell.orders'), run: () => {} }]}
        />
      </Part>
    </main>
  );
}
